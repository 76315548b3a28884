import express from 'express'
import type { ErrorRequestHandler, Express } from 'express'
import { ApiError } from '../../domain/api-error.js'
import { dispatch, refuseRequest } from './dispatch.js'
import type { Edge } from './dispatch.js'
import type { Route } from './operation.js'

/** The HTTP side of the service: its routes, and an answer for everything else. */
export function createApp(edge: Edge, routes: readonly Route[]): Express {
  for (const { operation } of routes) requireDeclaredScopes(operation)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', false)
  app.enable('strict routing')
  app.enable('case sensitive routing')

  for (const route of routes)
    app[route.operation.method](expressPath(route.operation.path), dispatch(edge, route))

  for (const [path, methods] of methodsByPath(routes)) {
    const allow = methods.join(', ')
    app.all(path, (request, response) => refuseRequest(edge, request, response, methodNotAllowed(allow)))
  }
  app.use((request, response) =>
    refuseRequest(edge, request, response, new ApiError('not_found', 'There is nothing of this name.')),
  )
  // Express knows an error handler by its four parameters. What ends here is its own: a path that cannot be decoded.
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) =>
    refuseRequest(edge, request, response, pathError(error))
  app.use(onError)
  return app
}

/** Nothing is public by omission: the types ask for a word on scopes, and so does the start. */
function requireDeclaredScopes({ id, scopes }: { readonly id: string; readonly scopes?: unknown }): void {
  if (scopes === null || (Array.isArray(scopes) && scopes.length > 0)) return
  throw new TypeError(`The route ${id} declares no scope; a public route says null.`)
}

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>()
  for (const { operation } of routes) {
    const path = expressPath(operation.path)
    const known = methods.get(path) ?? []
    known.push(...(operation.method === 'get' ? ['GET', 'HEAD'] : [operation.method.toUpperCase()]))
    methods.set(path, known)
  }
  return methods
}

/** OpenAPI writes `{id}` where Express writes `:id`. */
function expressPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, ':$1')
}

function methodNotAllowed(allow: string): ApiError {
  return new ApiError('method_not_allowed', `This path takes ${allow}.`, { headers: { allow } })
}

function pathError(error: unknown): unknown {
  return error instanceof URIError ? new ApiError('malformed', 'The path cannot be decoded.') : error
}
