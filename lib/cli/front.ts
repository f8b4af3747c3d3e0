import { frontsFor } from '../blueprint';
import { readQuestion } from '../blueprint/question';
import { renderFronts } from '../report/front-report';
import { toJsonText } from '../report/json';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

/** `headroom front`: what a token costs against how long it takes, whatever the SLO. */
export function front(asked: Asked, world: World): ExitCode {
  const fronts = frontsFor(readQuestion({ root: world.root, cwd: world.cwd, ...asked, contract: 'none' }));
  world.out(asked.json === true ? toJsonText(fronts) : renderFronts(fronts));
  return 0;
}
