import { type Property } from './property';

/** Enough to get a case down to a few lines, short enough to wait for. */
const MAX_TRIES = 400;

/** Looks for the simplest input near this one that fails as well. */
export async function shrink<Input>(property: Property<Input>, failing: Input): Promise<Input> {
  let smallest = failing;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < MAX_TRIES;) {
    isSmaller = false;
    for (const candidate of property.simpler(smallest)) {
      if (++tries > MAX_TRIES) break;
      if ((await property.check(candidate)) === undefined) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}
