/** Places of a DECIMAL that no shortest text of a DOUBLE above 1e-8 exceeds; 14 digits are left before the point. */
export const AMOUNT_TYPE = 'DECIMAL(38, 24)';

/** Ways in which billing writes the key of the tag `headroom:deployment`. */
const TAG_KEYS = ['headroom:deployment', 'user:headroom:deployment', 'user_headroom_deployment', 'headroom_deployment'];

/**
 * What was charged by day and kind, over any table of AWS's FOCUS columns.
 *
 * One text for DuckDB here and for Athena over the exported table (`constructs/invoice-export.ts`): nothing that only one of the
 * two reads. Each row is cast to DECIMAL before it is added, and an overflow is an error. A charge of another day than its billing
 * period's (a correction of an older month) counts at the nearest day of the month that it is billed in. `unread` counts rows
 * without a date or an amount, `uninvoiced` rows that cost something and are on no invoice yet.
 */
export function dailyChargesSql(table: string): string {
  return `WITH charge AS (
  SELECT
    CAST(CAST(billingperiodstart AS DATE) AS VARCHAR) AS billing_start,
    CAST(CAST(billingperiodend AS DATE) AS VARCHAR) AS billing_end,
    CAST(LEAST(
      GREATEST(CAST(chargeperiodstart AS DATE), CAST(billingperiodstart AS DATE)),
      CAST(CAST(billingperiodend AS DATE) - INTERVAL '1' DAY AS DATE)
    ) AS VARCHAR) AS charge_day,
    billingaccountid AS billing_account,
    billingcurrency AS currency,
    CASE
      WHEN chargecategory = 'Tax' THEN 'tax'
      WHEN chargecategory = 'Credit' THEN 'credit'
      WHEN chargecategory = 'Adjustment' THEN 'adjustment'
      WHEN LOWER(servicename) LIKE 'aws%support%' THEN 'support'
      WHEN LOWER(publishername) NOT LIKE 'amazon%' AND LOWER(publishername) NOT LIKE 'aws%' THEN 'marketplace'
      WHEN chargecategory = 'Usage' AND commitmentdiscountid IS NOT NULL THEN 'committedUsage'
      WHEN chargecategory = 'Usage' THEN 'usage'
      WHEN chargecategory = 'Purchase' AND commitmentdiscountid IS NOT NULL AND chargefrequency = 'One-Time' THEN 'commitmentUpfront'
      WHEN chargecategory = 'Purchase' AND commitmentdiscountid IS NOT NULL THEN 'commitmentFee'
      WHEN chargecategory = 'Purchase' AND LOWER(chargedescription) LIKE '%capacity block%' THEN 'capacityBlock'
      WHEN chargecategory = 'Purchase' THEN 'purchase'
      ELSE CONCAT('?', COALESCE(chargecategory, ''))
    END AS kind,
    CASE
${TAG_KEYS.map((key) => `      WHEN CONTAINS(MAP_KEYS(tags), '${key}') THEN MAP_VALUES(tags)[ARRAY_POSITION(MAP_KEYS(tags), '${key}')]`).join('\n')}
    END AS deployment,
    CAST(billedcost AS ${AMOUNT_TYPE}) AS billed,
    CAST(effectivecost AS ${AMOUNT_TYPE}) AS effective,
    CAST(listcost AS ${AMOUNT_TYPE}) AS list,
    invoiceid AS invoice,
    chargeperiodstart AS started
  FROM ${table}
)
SELECT
  billing_start, billing_end, charge_day, billing_account, currency, kind, deployment,
  SUM(billed) AS cash,
  SUM(effective) AS amortized,
  SUM(list) AS list,
  COUNT(*) AS charges,
  SUM(CASE WHEN billing_start IS NULL OR billing_end IS NULL OR started IS NULL OR billing_account IS NULL OR currency IS NULL
    OR billed IS NULL OR effective IS NULL OR list IS NULL THEN 1 ELSE 0 END) AS unread,
  SUM(CASE WHEN invoice IS NULL AND billed <> 0 THEN 1 ELSE 0 END) AS uninvoiced
FROM charge
GROUP BY billing_start, billing_end, charge_day, billing_account, currency, kind, deployment
ORDER BY billing_start, charge_day, kind, deployment
`;
}
