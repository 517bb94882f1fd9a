import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../../api/queries'

/** What the signed-in person may do. The gateway decides; this only hides what it would refuse. */
export function useRole() {
  const { data, isPending } = useQuery(meQuery)
  const role = data?.role
  return { isKnown: !isPending, canEdit: role !== undefined && role !== 'viewer', canAdmin: role === 'admin' || role === 'owner' }
}
