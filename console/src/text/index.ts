/** Every word of the console, by area. Views hold none, so that tone and terms stay one, and translation stays possible. */
import { common } from './common'
import { integrations } from './integrations'
import { runs } from './runs'
import { settings } from './settings'
import { shell } from './shell'
import { systems } from './systems'

export const text = { common, shell, runs, integrations, systems, settings }
