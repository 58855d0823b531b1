/** A form as a request is recorded: its fields, and of its file the name, the type and the size. */
export type ReadForm = { body: Record<string, unknown>; file: Buffer };

/** Reads a form; undefined for what is none. A name that comes more than once has a list. */
export async function readForm(
  contentType: string | undefined,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ReadForm | undefined> {
  if (!contentType?.startsWith('multipart/form-data')) return undefined;
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  const body: Record<string, unknown> = {};
  let file = Buffer.alloc(0);
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).map((value) => {
      if (typeof value === 'string') return value;
      return { name: value.name, type: value.type, size: value.size };
    });
    body[name] = values.length > 1 ? values : values[0];
  }
  const sent = form.get('file');
  if (sent instanceof File) file = Buffer.from(await sent.arrayBuffer());
  return { body, file };
}
