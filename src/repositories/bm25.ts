/** BM25's constants, as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009). */
export const K1 = 1.2;
export const B = 0.75;
