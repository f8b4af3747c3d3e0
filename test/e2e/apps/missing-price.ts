import { synthesize } from '../../../bin/synthesize';
import { sealPriceBook } from '../../../lib/budget/prices/load';

synthesize({
  amend: (_app, question) => {
    const offers = question.priceBook.offers.filter(
      ({ region, item }) => !(region === 'us-east-1' && item === 'nat:hour'),
    );
    return { ...question, priceBook: sealPriceBook(question.priceBook.effectiveDate, offers) };
  },
});
