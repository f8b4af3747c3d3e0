import { type Line, unpriced } from '../line';

/** The Data Catalog bills its objects and requests beyond an account's first million of each, which no template shows. */
export function chargeCatalogObject(): readonly Line[] {
  return [unpriced('dataCatalog', 'the Data Catalog bills objects and requests by the account, and has no price here')];
}
