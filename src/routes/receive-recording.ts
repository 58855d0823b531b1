import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, invalidValue } from '../errors.ts';
import type { ReceivedFile } from '../media/incoming.ts';
import type { MediaStorage } from '../media/storage.ts';
import { isOfFile } from '../media/system-errors.ts';
import { checkValue } from '../plugins/check-value.ts';
import { dropRest } from '../plugins/uploads.ts';
import { atOnce } from '../transcripts/steps.ts';

/** A form that has been read: its fields, and where the bytes of its file are. */
export type ReceivedForm = { title?: string; fileName?: string; file: ReceivedFile };

/**
 * Reads a form whose file goes to the disk while it arrives: no more of it is held than a piece of
 * the connection. What the route does not keep is removed when the answer has been sent.
 *
 * @param maxBytes of the file
 */
export function receiveRecording(media: MediaStorage, maxBytes: number) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.isMultipart()) {
      throw new AppError('malformed_request', 'A form with a file was expected.');
    }
    const body: Record<string, unknown> = {};
    try {
      for await (const part of request.parts({ limits: { fileSize: maxBytes + 1 } })) {
        if (part.type === 'field') body[part.fieldname] = part.value;
        else {
          const file = await media.receive(part.file, { maxBytes, tooLarge });
          reply.raw.once('close', () => media.discard(file).catch(() => {}));
          // A connection that broke off has closed already.
          if (reply.raw.closed) await media.discard(file);
          // What makes two requests the same is what was sent, and not where it was put.
          body[part.fieldname] = { ...file, toJSON: () => file.contentHash };
          if (part.filename) body.fileName = [...part.filename].slice(0, 255).join('');
        }
      }
    } catch (cause) {
      dropRest(request);
      if (cause instanceof AppError || isOfFile(cause)) throw cause;
      // The parser has no status for a form that is malformed or cut off.
      if (cause instanceof Error && 'statusCode' in cause) throw cause;
      throw new AppError('malformed_request', 'The form could not be read.', { cause });
    }
    if (typeof body.file !== 'object') throw invalidValue('/file', 'must be a file');
    atOnce(checkValue({ ...body, file: null }));
    request.body = body;
  };

  function tooLarge(): AppError {
    return new AppError('body_too_large', `A recording may have ${maxBytes} bytes.`);
  }
}
