import { crc32, inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * The files of a ZIP archive, in their order: names and bytes
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 *
 * @throws Error when it is not whole, or a checksum is not that of its file
 */
export function unzip(archive: Buffer): Map<string, Buffer> {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== END) throw new Error('the archive has no end');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new Error('the directory is broken');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (files.has(name)) throw new Error(`two files are called ${name}`);
    files.set(name, contentOf(archive, at));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  if (at !== end) throw new Error('the directory is followed by something else');
  return files;
}

function contentOf(archive: Buffer, entry: number): Buffer {
  const header = archive.readUInt32LE(entry + 42);
  if (archive.readUInt32LE(header) !== LOCAL) throw new Error('a file is not where it should be');
  const begin = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(begin, begin + archive.readUInt32LE(entry + 20));
  const content = archive.readUInt16LE(entry + 10) === 8 ? inflateRawSync(packed) : packed;
  if (crc32(content) !== archive.readUInt32LE(entry + 16)) throw new Error('a checksum is wrong');
  if (content.length !== archive.readUInt32LE(entry + 24)) throw new Error('a size is wrong');
  return content;
}
