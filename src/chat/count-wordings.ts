import type { CountQuestion } from './count-questions.ts';

const SAY =
  '(?:say|says|said|saying|mention|mentions|mentioned|use|uses|used|utter|uttered|bring up|brings up|brought up|talk about|talks about|talked about|speak about|speaks about|spoke about|speak of|spoke of|refer to|refers to|referred to|discuss|discusses|discussed)';
const SAID =
  '(?:said|mentioned|uttered|brought up|talked about|spoken about|spoken of|referred to|discussed|come up|came up|named)';
const SAID_OF_WORDS =
  '(?:said|mentioned|uttered|brought up|talked about|spoken about|spoken of|referred to|discussed|named|used)';
const OFTEN = '(?:how often|how many times|how frequently)';
const NAME = "(?<speaker>[\\p{L}\\p{M}\\p{N}_.’' -]{1,60}?)";
const PHRASE = '(?<phrase>.+?)';
/** The whole of what is asked; any other place, such as “the first half”, is a part of it. */
const WHOLE =
  '(?:recordings?|transcripts?|videos?|podcasts?|episodes?|talks?|meetings?|interviews?|conversations?|discussions?|lectures?|calls?|sessions?|presentations?|speech|webinars?|library|chat)';
/** What may follow the phrase and is no part of it. */
const PLACE = `(?: (?:(?:in|during|throughout|across|over) (?:(?:the|this|that|these|those|all|my|our|of|whole|entire|full|complete) ){1,4}${WHOLE}|in (?:total|all|here|there)|so far|altogether|overall|here|by (?:anyone|anybody|everyone|each speaker|each person)))?`;

const ENDING_PLACE = new RegExp(`${PLACE}$`, 'iu');
const PART =
  /(?:^| )(?:(?:in|within|during|throughout|across|over|for|at|after|before|since|until|till|between|towards?|near|from) (?:(?:the|this|that|these|those|my|our|his|her|their|its|each|every|any|both|one|two|\d+|chapter|part|section|minutes?|hours?)(?!\p{L})|\p{L}+ (?:half|minutes?|hours?|seconds?)(?!\p{L}))|(?:im|am(?! (?:meisten|häufigsten|öftesten))|beim|vor dem|nach dem|während|in (?:der|den|dem|diesem|dieser)|dans (?:la|le|les|cette|ce)|pendant|au (?:début|cours|milieu)|à la fin|en (?:la|el|los|las|este|esta)|durante|al (?:principio|final))(?!\p{L}))/iu;

/** Whether a wording names a part of what was said, which counting would have to keep to. */
export function namesPart(wording: string): boolean {
  return PART.test(wording.replace(ENDING_PLACE, ''));
}

const rule = (of: Exclude<CountQuestion['of'], 'speech'>, source: string) => ({
  of,
  pattern: new RegExp(
    `^(?:so |and |please |tell me |can you tell me |do you know )?${source}${PLACE}$`,
    'iu',
  ),
});

/** Questions about who spoke how much. */
export const SPEECH = [
  /^(?:and )?who (?:talk(?:s|ed)|sp(?:eaks|oke)|said|says|has (?:talked|spoken)|did) (?:the )?(?:most|more)(?: of the (?:talking|speaking|time))?(?: (?:in|of|during|here|overall)(?: .*)?)?$/iu,
  /^who (?:did|does) (?:the )?most (?:of the )?(?:talking|speaking)(?: .*)?$/iu,
  /^(?:how (?:long|much) (?:did|does|do|has|have) (?:each|every) (?:speaker|person|participant|one|of them) (?:talk|speak|say|spoken|talked)|how much (?:speaking|talking|air) time .*|what is (?:each|every) speaker['’]s (?:share|speaking time|talking time))(?: .*)?$/iu,
  /^wer (?:hat |redet|redete|spricht|sprach) ?am meisten(?: (?:geredet|gesprochen|gesagt))?$/iu,
  /^qui (?:a |parle|parlait) ?(?:parlé )?le plus(?: longtemps)?$/iu,
  /^¿?quién (?:ha hablado|habló|habla) más(?: tiempo)?$/iu,
];

/** Questions about a phrase, the more particular wording first. */
export const RULES = [
  rule(
    'speakers',
    `who (?:has |have )?${SAY} ${PHRASE} (?:the )?(?:most(?: often| frequently| times)?|more often)`,
  ),
  rule(
    'speakers',
    `who (?:${SAY.slice(3, -1).replace('say|', 'talk|talks|talked|speak|speaks|spoke|say|')}) (?:the )?most(?: often| frequently)?(?: about| of)? ${PHRASE}`,
  ),
  rule(
    'mentions',
    `${OFTEN} (?:is|was|are|were|has|have|had|does|did) ${PHRASE} (?:been |get |got |being )?(?:${SAID_OF_WORDS}|come up|came up)(?: by ${NAME})?`,
  ),
  rule('mentions', `${OFTEN} (?:did|does|do|has|have) ${NAME} (?:ever )?${SAY} ${PHRASE}`),
  rule(
    'mentions',
    `(?:count|give me the number of)(?: the)?(?: number of)?(?: times)? ?(?:mentions|occurrences|uses) of ${PHRASE}`,
  ),
  rule('mentions', `how many (?:mentions|occurrences|uses) of ${PHRASE}(?: (?:are|were) there)?`),
  rule(
    'first',
    `(?:when|where|at what (?:time|point|moment)) (?:is|was|are|were|has|have|did|does) ${PHRASE} (?:been )?(?:first|initially) (?:been )?${SAID}(?: by ${NAME})?`,
  ),
  rule(
    'first',
    `(?:when|where|at what (?:time|point|moment)) (?:is|was|are|were|has|have|did|does) ${PHRASE} ${SAID} (?:for the first time|first)(?: by ${NAME})?`,
  ),
  rule(
    'first',
    `(?:when|where|at what (?:time|point|moment)) (?:did|does|do) ${NAME} first ${SAY} ${PHRASE}`,
  ),
  rule(
    'first',
    `(?:when|where|at what (?:time|point|moment)) (?:did|does|do) ${NAME} ${SAY} ${PHRASE} (?:for the first time|first)`,
  ),
  rule(
    'first',
    `(?:what is|what was|what['’]s|find|show me) the first (?:mention|occurrence|time) of ${PHRASE}`,
  ),
  rule(
    'last',
    `(?:when|where|at what (?:time|point|moment)) (?:is|was|are|were|has|have|did|does) ${PHRASE} (?:been )?last (?:been )?${SAID}(?: by ${NAME})?`,
  ),
  rule(
    'last',
    `(?:when|where|at what (?:time|point|moment)) (?:is|was|are|were|has|have|did|does) ${PHRASE} ${SAID} (?:for the last time|last)(?: by ${NAME})?`,
  ),
  rule(
    'last',
    `(?:when|where|at what (?:time|point|moment)) (?:did|does|do) ${NAME} last ${SAY} ${PHRASE}`,
  ),
  rule(
    'last',
    `(?:when|where|at what (?:time|point|moment)) (?:did|does|do) ${NAME} ${SAY} ${PHRASE} (?:for the last time|last)`,
  ),
  rule(
    'last',
    `(?:what is|what was|what['’]s|find|show me) the last (?:mention|occurrence) of ${PHRASE}`,
  ),
  rule(
    'mentions',
    `wie oft (?:wird|wurde|werden|wurden) ${PHRASE} (?:erwähnt|gesagt|genannt|angesprochen)`,
  ),
  rule(
    'mentions',
    `wie oft (?:sagt|sagte|sagen|erwähnt|erwähnte|erwähnen|nennt|nannte) ${NAME} ${PHRASE}`,
  ),
  rule('mentions', `wie oft (?:hat|haben) ${NAME} ${PHRASE} (?:gesagt|erwähnt|genannt)`),
  rule(
    'first',
    `wann (?:wird|wurde|werden|wurden) ${PHRASE} (?:zum ersten mal|zuerst|erstmals) (?:erwähnt|gesagt|genannt|angesprochen)`,
  ),
  rule(
    'last',
    `wann (?:wird|wurde|werden|wurden) ${PHRASE} (?:zum letzten mal|zuletzt) (?:erwähnt|gesagt|genannt|angesprochen)`,
  ),
  rule(
    'speakers',
    `wer (?:hat |)(?:erwähnt|erwähnte|sagt|sagte|redet über|spricht über|spricht von|redet von)? ?${PHRASE} am (?:häufigsten|meisten|öftesten)(?: erwähnt| gesagt| genannt)?`,
  ),
  rule(
    'mentions',
    `combien de fois (?:est-ce que )?(?:le mot |la phrase )?${PHRASE} (?:est|a-t-elle été|a-t-il été|sont|a été|est-il|est-elle) ?(?:mentionnée?s?|dite?s?|prononcée?s?|citée?s?)`,
  ),
  rule(
    'first',
    `quand ${PHRASE} (?:est-il|est-elle|a-t-il été|a-t-elle été|est) (?:mentionnée?|évoquée?|citée?) (?:pour la première fois)`,
  ),
  rule(
    'speakers',
    `qui (?:mentionne|a mentionné|parle de|a parlé de|dit|a dit) le plus(?: souvent)? ${PHRASE}`,
  ),
  rule(
    'mentions',
    `¿?cuántas veces (?:se )?(?:menciona|mencionan|mencionó|dice|dicen|dijo|nombra|ha mencionado) ${PHRASE}`,
  ),
  rule('first', `¿?cuándo se (?:menciona|mencionó|habla de|habló de) ${PHRASE} por primera vez`),
  rule('last', `¿?cuándo se (?:menciona|mencionó|habla de|habló de) ${PHRASE} por última vez`),
  rule(
    'speakers',
    `¿?quién (?:menciona|mencionó|habla de|habló de|dice|dijo) más(?: veces)? ${PHRASE}`,
  ),
];
