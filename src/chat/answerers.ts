import { AppError } from '../errors.ts';
import type { Answerer } from './answerer.ts';

export type Answerers = ReturnType<typeof createAnswerers>;

/** Who may be asked. @param all the first one answers whoever names none */
export function createAnswerers(all: readonly Answerer[]) {
  const byName = new Map(all.map((answerer) => [answerer.name, answerer]));
  return {
    names: [...byName.keys()],
    /** @throws AppError `unknown_model` */
    get(name = all[0]?.name ?? ''): Answerer {
      const found = byName.get(name);
      if (!found) throw new AppError('unknown_model', `There is no model “${name}” here.`);
      return found;
    },
  };
}
