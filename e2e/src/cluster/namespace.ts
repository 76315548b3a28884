import { runTool } from './kubectl.js'

/** Creates a namespace that enforces the Pod Security Standard `restricted`. */
export async function createRestrictedNamespace(name: string): Promise<void> {
  const labels = {
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/enforce-version': 'latest',
  }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  await runTool('kubectl', ['create', '--filename', '-'], JSON.stringify(namespace))
}

/** Deletes a namespace with all that is in it, if it is there. Resolves once it has gone. */
export async function deleteNamespace(name: string): Promise<void> {
  await runTool('kubectl', ['delete', 'namespace', name, '--ignore-not-found', '--timeout', '180s'])
}
