import { z } from 'zod';
import { FilterError } from '../domain/filter/filter-error.ts';
import { parseColumns } from '../domain/filter/parse-columns.ts';
import { parseFilter } from '../domain/filter/parse-filter.ts';
import { parseSort } from '../domain/filter/parse-sort.ts';
import { FILTER_MAX_LENGTH } from '../domain/filter/token-reader.ts';

/** Which datasets: `state = failed and attr.depth > 10`; docs/filters.md has the language. */
export const Filter = parsedBy(parseFilter);

/** A field or `attr.KEY`; `-` before it turns the order round. Datasets without a value come last. */
export const Sort = parsedBy(parseSort);

/** Keys of attributes: `attr.depth,attr.salinity`. */
export const Columns = parsedBy(parseColumns);

/** A text for which a parser gives its meaning, or says what is wrong with it. */
function parsedBy<T>(parse: (text: string) => T) {
  return z
    .string()
    .max(FILTER_MAX_LENGTH)
    .transform((text, context) => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof FilterError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });
}
