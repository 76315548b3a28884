import { setTimeout as delay } from 'node:timers/promises'
import { crashPod } from '../cluster/crash.js'
import { READY_TIMEOUT } from '../cluster/kubectl.js'
import type { Forward, Kubectl } from '../cluster/kubectl.js'
import { ofComponent, podsOf } from '../cluster/pods.js'
import { answerMailpit } from './mailpit.js'
import type { TargetFaults } from './target.js'

/** What can be broken in an installation of the chart. */
export function clusterFaults(parts: {
  readonly kubectl: Kubectl
  /** The way to Postgres, which leads to its next pod after a crash. */
  readonly postgres: Forward
  readonly mailpitUrl: string
}): TargetFaults {
  const { kubectl, postgres, mailpitUrl } = parts
  const scale = (workload: string, replicas: number) =>
    kubectl('scale', workload, '--replicas', String(replicas))
  const ready = (workload: string) => kubectl('rollout', 'status', workload, '--timeout', READY_TIMEOUT)
  const gone = (name: string) =>
    kubectl('wait', 'pods', '--for=delete', '--timeout=60s', ...ofComponent(name))
  return {
    async killService(name, whileAway) {
      const deployment = `deployment/comanda-${name}`
      const pods = await podsOf(kubectl, name)
      const before = Number(await kubectl('get', deployment, '--output', 'jsonpath={.spec.replicas}'))
      // Kept away by its Deployment; the kubelet would start the container again at once.
      await scale(deployment, 0)
      await Promise.all(pods.map((pod) => crashPod(kubectl, pod)))
      await gone(name)
      await Promise.resolve(whileAway?.()).finally(() => scale(deployment, before))
      await ready(deployment)
    },
    async crashPostgres(awayMs) {
      const statefulSet = 'statefulset/comanda-postgres'
      await kubectl('exec', 'comanda-postgres-0', '--', 'pg_ctl', 'stop', '--mode=immediate', '--no-wait')
      await scale(statefulSet, 0)
      await gone('postgres')
      await delay(awayMs)
      await scale(statefulSet, 1)
      await ready(statefulSet)
      await postgres.renew()
    },
    answerMails: ({ code }) => answerMailpit(mailpitUrl, code),
  }
}
