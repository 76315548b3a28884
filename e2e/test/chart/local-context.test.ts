import { describe, expect, it } from '@jest/globals'
import { isLocal } from '../../src/cluster/local-context.js'

describe('a kube context', () => {
  it.each([
    ['kind', 'https://127.0.0.1:41234', true],
    ['an address of this machine', 'https://10.9.8.7:6443', true],
    ['Docker Desktop', 'https://kubernetes.docker.internal:6443', true],
    ['IPv6', 'https://[::1]:6443', true],
    ['EKS', 'https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com', false],
    ['another machine of the network', 'https://10.1.2.3:6443', false],
    ['a name that only begins like a local one', 'https://localhost.shop.example', false],
    ['a name that begins like an address', 'https://127.0.0.1.shop.example', false],
    ['nothing', '', false],
  ])('of %s is local or not by its server, never by its name', (_what, server, local) => {
    expect(isLocal({ name: 'kind-local', server }, ['10.9.8.7', '::1'])).toBe(local)
  })
})
