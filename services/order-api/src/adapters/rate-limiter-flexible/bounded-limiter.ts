import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { IRateLimiterOptions, RateLimiterRes } from 'rate-limiter-flexible'

/**
 * Keeps at most `maxKeys` counts in memory, where its base keeps each until its window ends. The one that was used least
 * lately is forgotten first, so an account that goes on past its quota is not forgotten for quiet ones.
 */
export class BoundedLimiter extends RateLimiterMemory {
  readonly #maxKeys: number
  readonly #recent = new Set<string>()

  constructor(rule: IRateLimiterOptions, maxKeys: number) {
    super(rule)
    this.#maxKeys = maxKeys
  }

  override consume(key: string | number, ...rest: [points?: number]): Promise<RateLimiterRes> {
    const name = String(key)
    this.#recent.delete(name)
    this.#recent.add(name)
    if (this.#recent.size > this.#maxKeys) {
      const [oldest] = this.#recent
      this.#recent.delete(oldest!)
      void this.delete(oldest!)
    }
    return super.consume(key, ...rest)
  }
}
