import { inspectEach } from './inspect'
import { HISTORY } from './pages'

inspectEach(HISTORY)
