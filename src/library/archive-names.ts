import { fileName } from '../transcripts/file-name.ts';

/** Devices of Windows, which no file may be called, whatever its ending. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Gives names to the files of an archive, each once, also where upper and lower case are the same.
 *
 * @param ending of all of them, without the point
 * @param taken names that no file gets
 * @returns gives a file its name by the title of what is in it; without one, or where it is taken,
 *   the name has the id
 */
export function createArchiveNames(ending: string, taken: readonly string[]) {
  const used = new Set(taken.map(keyOf));
  return (title: string | null, id: string): string => {
    const safe = fileName(title?.normalize('NFC') ?? '');
    const base = DEVICES.test(safe) ? `_${safe}` : safe;
    let name = `${base || id}.${ending}`;
    for (let turn = 1; used.has(keyOf(name)); turn += 1) {
      const which = turn === 1 ? id : `${id} ${turn}`;
      name = `${base} (${which}).${ending}`.trimStart();
    }
    used.add(keyOf(name));
    return name;
  };
}

/** Names that a file system may take for the same. */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
