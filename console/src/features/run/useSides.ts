import { useQuery } from '@tanstack/react-query'
import { integrationsQuery } from '../../api/queries'
import type { Run, Side } from '../../api/types'

/** What stands at each side of a run: the names of its source and target systems. */
export function useSides({ integration }: Pick<Run, 'integration'>): Partial<Record<Side, string>> {
  const { data } = useQuery(integrationsQuery)
  const found = data?.find((one) => one.id === integration.id)
  return found ? { source: found.source.system.name, target: found.target.system.name } : {}
}
