import { Type } from 'typebox';

/** What is kept of searches. */
export const searchSettings = {
  SEARCH_HISTORY_DAYS: Type.Integer({
    minimum: 0,
    maximum: 3_650,
    default: 30,
    description: 'Days for which searches are kept; 0: they are not.',
  }),
};
