import { cleanSpeaker } from '../speakers.ts';
import { localAttribute, type XmlElement } from './xml-events.ts';

/** Gathers the people that the head of a document names (`ttm:agent`, `ttm:name`). */
export const createAgents = () => {
  const names = new Map<string, string>();
  let agent: string | undefined;
  let isName = false;
  return {
    open(element: XmlElement): void {
      if (element.name === 'agent') agent = localAttribute(element, 'id');
      isName = element.name === 'name';
    },
    text(part: string): void {
      if (isName && agent !== undefined) names.set(agent, (names.get(agent) ?? '') + part);
    },
    close(name: string): void {
      isName = false;
      if (name === 'agent') agent = undefined;
    },
    /** Who speaks an element: its agents by name, or by id where they have none; else `inherited`. */
    speakerOf(element: XmlElement, inherited: string | null): string | null {
      const ids = localAttribute(element, 'agent')?.split(/\s+/).filter(Boolean) ?? [];
      if (ids.length === 0) return inherited;
      return cleanSpeaker(ids.map((id) => names.get(id)?.trim() || id).join(', '));
    },
  };
};
