import type { Browser, BrowserContext, BrowserServer, Page } from 'playwright-core'

export const GATEWAY: string
export const LOGIN: string
export const PASSWORD: string
export function launch(): Promise<Browser>
export function serve(): Promise<BrowserServer>
export function connect(address: string): Promise<Browser>
export function signIn(page: Page): Promise<void>
export function enter(context: BrowserContext): Promise<void>
export function complaints(page: Page): string[]
