import type { HttpAnswer } from './http.js'
import type { Told } from './shopfront.js'

/** The id that a 202 names. */
export function gotId(answer: HttpAnswer): Told {
  return { gotId: idOf(answer) }
}

/** The id of the command that a 202 names. */
export function gotCommand({ text }: HttpAnswer): Told {
  return { gotId: (JSON.parse(text) as { commandId: string }).commandId }
}

/** What a GET has shown of an order. */
export function shown({ status, text }: HttpAnswer): { version?: number; state?: string } {
  if (status !== 200) return {}
  const { version, status: state } = JSON.parse(text) as { version: number; status: string }
  return { version, state }
}

export function idOf({ text }: HttpAnswer): string {
  return (JSON.parse(text) as { id: string }).id
}

export function headerOf(answer: HttpAnswer | undefined, name: string): string | undefined {
  const value = answer?.headers[name]
  return typeof value === 'string' ? value : undefined
}
