import { synthesize } from '../../../bin/synthesize';

synthesize({
  amend: (_app, question) => ({
    ...question,
    get priceBook(): never {
      throw new TypeError('the charger fell over');
    },
  }),
});
