/** Failures of the API as values: an RFC 9457 problem, or one made here when no answer came. */
import type { Problem } from './types'

export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }
}

/** Makes a problem of any answer that is not one: a proxy's HTML page, an empty body. */
export function toProblem(status: number, body: unknown): Problem {
  if (isProblem(body)) return { ...body, status: body.status || status }
  return {
    type: '/docs/problems/unexpected_answer',
    title: `The service answered ${status}`,
    detail: 'The answer does not explain itself. A proxy in between may have written it.',
    status,
    code: 'unexpected_answer',
  }
}

/** The problem to show for anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  if (error instanceof TypeError) {
    return {
      type: '/docs/problems/unreachable',
      title: 'The service cannot be reached',
      detail: 'No answer came. It may be restarting, or the network is down.',
      status: 0,
      code: 'unreachable',
    }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { type: '', title: 'The console made a mistake', detail, status: 0, code: 'console_fault' }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'code' in body
}
