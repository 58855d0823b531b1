import { type Static, Type } from 'typebox';
import { Id, Milliseconds, Nullable, StrictObject } from './common.ts';

export const ResolveLink = StrictObject(
  {
    url: Type.String({ minLength: 1, maxLength: 2_000 }),
    expandPlaylist: Type.Optional(
      Type.Boolean({ default: false, description: 'List the videos of the playlist.' }),
    ),
  },
  { examples: [{ url: 'https://www.youtube.com/watch?v=T1deM1ll_07&t=42s' }] },
);
export type ResolveLink = Static<typeof ResolveLink>;

const TranscriptId = Nullable(Type.String({ ...Id, description: 'Your transcript of the video.' }));

/** What a link leads to. A video in a playlist is a video, with the playlist named. */
export const ResolvedLink = StrictObject({
  kind: Type.Enum(['video', 'playlist', 'other']),
  url: Type.String({ description: 'The plain form of the link.' }),
  youtubeVideoId: Nullable(Type.String()),
  playlistId: Nullable(Type.String()),
  startMs: Nullable(Milliseconds),
  transcriptId: TranscriptId,
  videos: Type.Array(
    StrictObject({
      youtubeVideoId: Type.String(),
      title: Nullable(Type.String()),
      transcriptId: TranscriptId,
    }),
    { description: 'Of the playlist, in its order, where that was asked for; at most 500.' },
  ),
});
export type ResolvedLink = Static<typeof ResolvedLink>;
