/**
 * Puts what is data between two lines that it cannot hold.
 *
 * @param key what nobody knows who writes the data
 */
export function fence(name: string, key: string, data: string): string {
  return `<<<${name} ${key}\n${data}\n${name} ${key}>>>`;
}
