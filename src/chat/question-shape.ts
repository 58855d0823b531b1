import { type CountQuestion, countAsked } from './count-questions.ts';
import { plainQuestion } from './plain-question.ts';

/**
 * How a question is answered. `lookup`: from the passages that fit it best; `whole`: from all that
 * the scope holds; `count`: by counting.
 */
export type QuestionShape = { kind: 'lookup' } | { kind: 'whole'; topic?: string } | CountQuestion;

const WORD = "[\\p{L}\\p{M}\\p{N}’'-]+";
/** A whole recording, or all of them. */
const ALL_OF_IT = `(?:the |this |that |these |those |my |our |all |whole |entire |full |last |today['’]s )*(?:${WORD} )?(?:recordings?|transcripts?|videos?|podcasts?|episodes?|talks?|meetings?|interviews?|conversations?|discussions?|lectures?|calls?|sessions?|presentations?|speech|webinars?|library|everything|it|this|that|all)`;

/** Words that a request for the whole may begin with; “Did she like the summary?” does not. */
const ASKED =
  "^(?!(?:is|are|was|were) )(?:(?:please|can|could|would|will|you|i|we|i’d|i'd|want|need|like|to|have|see|get|give|write|make|create|provide|prepare|show|tell|name|list|produce|extract|generate|find|me|us|what|what’s|what's|which|are|were|is|was|a|an|the|all|some|of|its|their|his|her|your|five|three|ten|top|quick|short|brief|concise|detailed|executive|full|good|general|high-level|\\d+) )*";

/** In lower case, with single spaces and without the full stop. */
const WHOLE = [
  // English
  new RegExp(`${ASKED}(?:summari[sz]e|recap|sum up|tl;?dr|synopsis|outline)\\b`, 'u'),
  new RegExp(`${ASKED}(?:summary|overview|gist|digest)(?! (?:slide|page|table|section))\\b`, 'u'),
  new RegExp(
    `${ASKED}(?:main|key|major|central|most important|principal) (?:points?|takeaways?|ideas?|topics?|themes?|arguments?|messages?|findings?|lessons?|insights?|conclusions?|results?|subjects?)\\b`,
    'u',
  ),
  new RegExp(`${ASKED}(?:take-?aways|action items|highlights)\\b`, 'u'),
  /^(?:please )?(?:can you |could you |would you )?(?:please )?(?:list|name|enumerate|give me|show me|tell me|find|collect) (?:me )?(?:all|every|each|everything)\b/u,
  /^(?:please )?(?:can you |could you )?(?:please )?(?:list|enumerate) (?:the |their |his |her |any )?\p{L}+/u,
  /^(?:what|which) (?:are|were|is|was)? ?(?:all|all of) (?:the |of the )?\p{L}+/u,
  /^(?:what|which) (?:topics?|subjects?|themes?|issues?|questions|points?|arguments?|decisions|action items) (?:are|were|was|is|did|do|does|have|has|get|got|come)\b/u,
  new RegExp(
    `^(?:so )?what(?: i|['’]?)s ${ALL_OF_IT}(?: all| mainly| mostly| really| basically| generally| actually)* about$`,
    'u',
  ),
  new RegExp(
    `^what (?:was|were|are) ${ALL_OF_IT}(?: all| mainly| mostly| really| basically)* about$`,
    'u',
  ),
  new RegExp(
    `^what (?:did|do|does) (?:they|we|people|everyone|the speakers|the participants|it|${ALL_OF_IT}) (?:all )?(?:talk about|discuss|cover|agree on|decide|conclude|say)$`,
    'u',
  ),
  /^what (?:happens|happened|is discussed|was discussed|is covered|was covered|is said|was said)(?: in (?:it|this|that|the \p{L}+))?$/u,
  /\b(?:everything|all) (?:that )?(?:was |is |were |they |he |she |was ever )*(?:said|says|say|discussed|mentioned|covered|talked) ?(?:about|of|in)?\b/u,
  // German
  /(?<!\p{L})(?:fass\p{L}* .*zusammen|zusammenfass\p{L}*|überblick|übersicht|kurzfassung|inhaltsangabe)(?!\p{L})/u,
  /(?<!\p{L})(?:haupt(?:punkte|themen|aussagen|thesen)|wichtigsten? (?:punkte|themen|aussagen|thesen|erkenntnisse|ergebnisse))(?!\p{L})/u,
  /^(?:bitte )?(?:liste|zähle?|nenne?)(?: mir)?(?: bitte)? (?:alle|sämtliche|alles)(?!\p{L})/u,
  /^(?:worum|um was) (?:geht|ging) es(?: in \p{L}+ \p{L}+| hier| insgesamt)?$/u,
  /^(?:welche|was für) themen (?:werden|wurden|kommen)(?!\p{L})/u,
  // French
  /(?<!\p{L})(?:résum(?:e|é|er|ez|és)|synthèse|récapitul\p{L}+|aperçu|vue d['’]ensemble)(?!\p{L})/u,
  /(?<!\p{L})(?:points|idées|thèmes|sujets|arguments) (?:principaux|principales|clés|essentiels|abordés|importants)(?!\p{L})/u,
  /^(?:listez?|énumère\p{L}*|donnez?(?:-moi)?|citez?) (?:tous|toutes|tout)(?!\p{L})/u,
  /^de quoi (?:parle|s['’]agit)/u,
  // Spanish
  /(?<!\p{L})(?:resum(?:e|en|ir|a|en|ime|eme)|resúme(?:me|lo)?|resumen|síntesis|visión general|panorama general)(?!\p{L})/u,
  /(?<!\p{L})(?:puntos|ideas|temas|argumentos) (?:principales|clave|más importantes|centrales|tratados)(?!\p{L})/u,
  /^¿?(?:lista|enumera|dame|di(?:me)?|nombra|menciona) (?:todos|todas|todo)(?!\p{L})/u,
  /^¿?de qué (?:trata|va|se trata|hablan?)(?!\p{L})/u,
];

/** A word that makes it a question about one place after all: “Why did she call the summary wrong?” */
const ABOUT_ONE_PLACE =
  /^(?:why|when|where|who|whose|how (?!did they sum)|warum|wann|wo|wer|wie|pourquoi|quand|où|qui|comment|¿?(?:por qué|cuándo|dónde|quién|cómo))(?!\p{L})/u;

/**
 * The shape of a question, by its wording: in English, and the common wordings in German, French
 * and Spanish. When in doubt it is a lookup.
 */
export function shapeOf(question: string): QuestionShape {
  const counted = countAsked(question);
  if (counted) return counted;
  const plain = plainQuestion(question).toLowerCase();
  const whole = !ABOUT_ONE_PLACE.test(plain) && WHOLE.some((pattern) => pattern.test(plain));
  if (!whole) return { kind: 'lookup' };
  const [, topic] = TOPIC.exec(plain) ?? [];
  return topic && !NO_TOPIC.test(topic) ? { kind: 'whole', topic } : { kind: 'whole' };
}

/** What the whole is read for: “Summarise what was said about the sluice”. */
const TOPIC = /(?<!\p{L})(?:about|regarding|concerning|über|sobre|au sujet de|à propos de) (.+)$/u;

const NO_TOPIC = new RegExp(`^${ALL_OF_IT}$`, 'u');
