import { parsed } from './parsed.js'
import { send } from './send.js'
import type { Bounds, Wire } from './send.js'

/**
 * Everything of a list, page by page: the next page is asked for when the one before is used up. `boundsOfPage` gives
 * each page its own deadline, since the caller may take its time between two of them.
 */
export async function* itemsOf<Item>(
  wire: Wire,
  firstPath: string,
  itemsIn: (page: unknown) => readonly Item[],
  boundsOfPage: () => Bounds,
): AsyncGenerator<Item, void, undefined> {
  let path: string | undefined = firstPath
  while (path !== undefined) {
    const page = parsed(await send(wire, { method: 'GET', path }, boundsOfPage())) as {
      readonly next?: string
    }
    yield* itemsIn(page)
    path = page.next === undefined ? undefined : nextPathOf(firstPath, page.next)
  }
}

/** Only the query of the link is taken, so that an answer cannot lead to another address. */
function nextPathOf(firstPath: string, next: string): string {
  return `${firstPath.split('?', 1)[0]!}?${next.split('?')[1] ?? ''}`
}

/** A query string with its `?`, empty where nothing is asked; what is undefined is left out. */
export function queryOf(values: Readonly<Record<string, QueryValue | readonly QueryValue[]>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one !== undefined) query.append(name, String(one))
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

type QueryValue = string | number | undefined
