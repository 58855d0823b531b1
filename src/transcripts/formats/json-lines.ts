/** The offset behind the string that begins at `start` (its opening quotation mark). */
const skipString = (json: string, start: number): number => {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
};

/**
 * The line on which element `index` of the array `key` of the outermost object begins, counted from
 * 1. JSON.parse does not tell; this is asked only when there is an error to report.
 *
 * @param json Valid JSON with LF newlines.
 */
export const lineOfElement = (json: string, key: string, index: number): number => {
  let line = 1;
  let depth = 0;
  let element = -1;
  let lastKey: string | undefined;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '\n') {
      line += 1;
      continue;
    }
    if (character === ' ' || character === '\t') continue;
    // The first character of an element, or of what follows a comma at its depth.
    const inside = depth === 2 && element >= 0;
    if (inside && element === index && character !== ',') return line;
    if (character === '"') {
      const end = skipString(json, at);
      if (depth === 1) lastKey = json.slice(at + 1, end - 1);
      at = end - 1;
    } else if (character === '[' || character === '{') {
      depth += 1;
      if (depth === 2 && character === '[' && lastKey === key) element = 0;
    } else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth === 1) element = -1;
    } else if (character === ',' && inside) {
      element += 1;
    }
  }
  return 1;
};
