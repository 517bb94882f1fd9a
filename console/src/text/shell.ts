export const shell = {
  nav: {
    label: 'Main',
    overview: 'Overview',
    troubleshooting: 'Troubleshooting',
    integrations: 'Integrations',
    systems: 'Systems',
    settings: 'Settings',
    docs: 'API docs',
  },
  skip: 'Skip to content',
  openMenu: 'Open menu',
  account: 'Account and theme',
  signOut: 'Sign out',
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  live: {
    state: { connecting: 'Connecting…', live: 'Live', interrupted: 'Reconnecting…' },
    hint: {
      connecting: 'Live updates are about to begin',
      live: 'Runs appear as they happen',
      interrupted: 'Live updates are interrupted; nothing is lost, they catch up by themselves',
    },
  },
  role: { owner: 'Owner', admin: 'Admin', editor: 'Editor', viewer: 'Viewer' },
  login: {
    title: 'Sign in to Throughline',
    lead: 'Integrations that show why.',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    ended: 'Your session has ended. Sign in to go on where you were.',
    missing: 'Enter your e-mail and your password.',
  },
  keys: {
    title: 'Keyboard',
    groups: [
      { title: 'Anywhere', keys: [['g o', 'Overview'], ['g t', 'Troubleshooting'], ['g i', 'Integrations'], ['g s', 'Systems'], ['g d', 'Debug settings'], ['?', 'This help']] },
      { title: 'Runs', keys: [['j', 'Next run'], ['k', 'Previous run'], ['Enter', 'Open the run'], ['/', 'Search by record'], ['f', 'Only failures, or all'], ['Esc', 'Close the run']] },
      { title: 'One run', keys: [['1', 'Status'], ['2', 'Extract HTTP'], ['3', 'Extract'], ['4', 'Load'], ['5', 'Load HTTP'], ['6', 'Response'], ['7', 'UQL'], ['w', 'Go to the evidence'], ['e', 'Export as file']] },
    ] as { title: string; keys: [string, string][] }[],
  },
}
