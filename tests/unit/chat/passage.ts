import type { CitablePassage } from '../../../src/chat/passages.ts';

type Line = [speaker: string | null, startMs: number | null, endMs: number | null, text: string];

/** A passage of segments from position `first` on. */
export function passageOf(lines: Line[], { id = 's1', first = 0 } = {}): CitablePassage {
  return {
    id,
    chunkId: '22222222-2222-4222-8222-222222222222',
    transcriptId: '11111111-1111-4111-8111-111111111111',
    revision: 1,
    title: 'A talk',
    score: 1,
    searchConfig: 'english',
    youtubeVideoId: 'T1deM1ll_07',
    duration: 600,
    segments: lines.map(([speaker, startMs, endMs, text], index) => ({
      position: first + index,
      speaker,
      startMs,
      endMs,
      text,
      words: null,
      confidence: null,
    })),
  };
}
