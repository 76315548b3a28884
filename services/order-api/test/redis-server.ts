import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A redis-server of a test, in memory alone; `node scripts/install-redis.mjs` brings the program. */
export interface RedisServer {
  stop(): Promise<void>
}

/** Starts Redis on a port of 127.0.0.1; resolves when it takes connections. */
export async function startRedisServer(port: number): Promise<RedisServer> {
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) if (line.includes('Ready to accept')) break
  child.stdout.resume()
  return {
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
