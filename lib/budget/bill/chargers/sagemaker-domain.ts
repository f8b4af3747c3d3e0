import { type Line, unpriced, usage } from '../line';

/** A Studio domain: its home directories on EFS, and the apps that its users start without a limit. */
export function chargeDomain(): readonly Line[] {
  return [
    usage('efsStandardGigabytes', 'efs:standardStorage'),
    unpriced('studioApps', 'apps and spaces are started by their users without a limit; declare a ceiling'),
  ];
}
