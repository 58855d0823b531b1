import { type Static, Type } from 'typebox';
import { Id, StrictObject } from './common.ts';
import { ImportTranscript, importFile } from './transcripts.ts';

const { text: _text, segments: _segments, ...said } = ImportTranscript.properties;
const { languages, language, title, channelName, metadata, chapters } = said;

/** What is kept of an import beside its content, which is a file of the job. */
export const ImportParameters = StrictObject({ ...said, fileName: importFile.fileName });
export type ImportParameters = Static<typeof ImportParameters>;

/** The captions of one video. */
export const ImportCaptions = StrictObject(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'A link to a YouTube video.',
    }),
    languages,
    language,
    title,
    channelName,
    metadata,
    chapters,
  },
  { examples: [{ url: 'https://youtu.be/dQw4w9WgXcQ', languages: ['en'] }] },
);

/** Vectors of the user's chunks, by the active embedding model. */
export const EmbedTranscripts = StrictObject(
  {
    transcriptIds: Type.Optional(
      Type.Array(Id, {
        minItems: 1,
        maxItems: 1_000,
        description: 'Without it, all transcripts.',
      }),
    ),
    force: Type.Optional(
      Type.Boolean({ description: 'Also makes those anew that are there already.' }),
    ),
  },
  { examples: [{ force: false }] },
);
