import { Problem } from '../problem';
import type { Fleet } from '../workload/fleet';

const ACCOUNT = /^\d{12}$/;
/** S3's rules for names that work everywhere (S3 user guide, bucket naming rules). */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const REPOSITORY = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const RESERVATION = /^cr-[0-9a-f]{17}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const AMOUNT = /^\d+(\.\d{1,2})?$/;

/** @throws Problem InvalidDeployment for the first thing that a fleet could not be deployed with. */
export function checkFleet(fleet: Fleet): void {
  const { account, consumerAccounts = [], modelBuckets = [], repositories = [], sharedReservations = [] } = fleet;
  oddOne([account, ...consumerAccounts], ACCOUNT, 'an account has twelve digits');
  oddOne(modelBuckets, BUCKET, 'a bucket is named by 3 to 63 small letters, digits and hyphens');
  oddOne(
    [fleet.invoice?.bucketName ?? 'invoices'],
    BUCKET,
    'a bucket is named by 3 to 63 small letters, digits and hyphens',
  );
  if (modelBuckets.includes(fleet.invoice?.bucketName ?? ''))
    refuse('weights and invoices share a bucket; name another');
  checkLimit(fleet.invoice?.gigabytesPerQuery ?? 1);
  oddOne(repositories, REPOSITORY, 'a repository is named by small letters and digits, in parts between slashes');
  oddOne(sharedReservations, RESERVATION, 'a capacity reservation is named by its id, "cr-" and 17 hexadecimal digits');
  oddOne([fleet.spend?.anomalyUsd ?? '0'], AMOUNT, 'an amount is decimal text such as "100.00"');
  if (consumerAccounts.includes(account))
    refuse(`its own account ${account} needs no leave; drop it from the consumers`);
  if (sharedReservations.length > 0 && consumerAccounts.length === 0) {
    refuse('it shares reservations with nobody; name the consumer accounts');
  }
  checkEmails(fleet.spend?.emails);
}

/** Of one notification (AWS Budgets API reference, Subscriber, 2026-11-24). */
const MOST_EMAILS = 10;

function checkEmails(emails: readonly string[] | undefined): void {
  if (emails === undefined) return;
  if (emails.length === 0) refuse('nobody is told of its spend; give an e-mail');
  oddOne(emails, EMAIL, 'who is told of its spend is a mail address');
  if (new Set(emails).size !== emails.length || emails.length > MOST_EMAILS) {
    refuse(
      `its budgets tell at most ${MOST_EMAILS} addresses, each once, got ${emails.join(', ')}; give one that forwards to all`,
    );
  }
}

/** Athena's own least limit is ten megabytes (Athena user guide, per-query limits). */
function checkLimit(gigabytes: number): void {
  if (Number.isSafeInteger(gigabytes) && gigabytes >= 1 && gigabytes <= 1e6) return;
  refuse(`a query may read a whole number of gigabytes from 1 to 1,000,000, got ${gigabytes}; correct it`);
}

function oddOne(texts: readonly string[], pattern: RegExp, rule: string): void {
  const odd = texts.find((text) => !pattern.test(text));
  if (odd !== undefined) refuse(`${rule}, got ${JSON.stringify(odd)}; correct it`);
}

function refuse(why: string): never {
  throw new Problem('InvalidDeployment', `the fleet cannot be built: ${why}`);
}
