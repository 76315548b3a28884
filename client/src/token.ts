/**
 * The bearer token, or who gives one. A function is asked once and its token used until the API refuses it with 401;
 * then it is asked once more, with the refused token, and the request is sent again. What it throws, the call throws.
 */
export type Token = string | ((refused?: string) => string | Promise<string>)

export interface TokenSource {
  current(): Promise<string>
  /** Another token than the refused one; undefined where there is none to get. Calls that meet share one asking. */
  renewed(refused: string): Promise<string | undefined>
}

export function createTokenSource(token: Token): TokenSource {
  if (typeof token === 'string')
    return { current: () => Promise.resolve(token), renewed: () => Promise.resolve(undefined) }

  let held: Promise<string> | undefined
  const ask = (refused?: string) => {
    const asked = Promise.resolve().then(() => token(refused))
    held = asked
    // A failure is told to those who wait for it; the next call asks anew.
    asked.catch(() => {
      if (held === asked) held = undefined
    })
    return asked
  }
  return {
    current: () => held ?? ask(),
    async renewed(refused) {
      const before = held
      const known = await before?.catch(() => undefined)
      if (known !== undefined && known !== refused) return known
      const token = await (held === before || held === undefined ? ask(refused) : held)
      return token === refused ? undefined : token
    },
  }
}
