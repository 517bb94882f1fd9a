/** `1 run`, `3 runs`. */
export const plural = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const common = {
  product: 'Throughline',
  loading: 'Loading',
  retry: 'Try again',
  explained: 'what this means',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  delete: 'Delete',
  back: 'Back',
  copyJson: 'Copy JSON',
  copied: 'Copied',
  fold: 'Fold or unfold',
  broken: 'This part of the page failed',
  items: (count: number) => plural(count, 'item'),
  none: '–',
  never: 'never',
  optional: 'optional',
  more: 'More',
  all: 'All',
  notFoundTitle: 'There is no such page',
  notFoundLead: 'The address may be old, or mistyped.',
  changedTitle: 'Somebody else changed this',
  notAllowed: 'Your role does not allow this.',
}
