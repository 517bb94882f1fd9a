import { expect, it } from 'vitest'
import { safeNext } from './model'

it.each([
  ['/troubleshooting?status=failed', '/troubleshooting?status=failed'],
  [undefined, '/'], ['https://evil.example', '/'], ['//evil.example', '/'], ['/\\evil.example', '/'], ['/login?next=/', '/'],
])('goes from %s to %s', (next, target) => expect(safeNext(next)).toBe(target))
