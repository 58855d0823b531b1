import { Type } from 'typebox';

/** The longest contexts that there are. */
const LONGEST_CONTEXT = 10_000_000;

/** What no text can be read as by a model that embeds, many times over. */
const MOST_OF_TEXT = 100_000;

/** Tokens as a provider counts them. More than any request can have is no count. */
export const TokenCount = Type.Integer({ minimum: 0, maximum: LONGEST_CONTEXT });

/** The most that a provider can have counted of so many texts, each of which it embedded by itself. */
export const mostTokensOf = (texts: number): number => texts * MOST_OF_TEXT;
