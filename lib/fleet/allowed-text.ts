/** What a schema allows, without the words of the library that checks it. */
export function allowedText(issue: { readonly message: string; readonly code?: string | undefined }): string {
  if (issue.code === 'unrecognized_keys')
    return issue.message.replace(/^Unrecognized keys?: /, 'nothing by the name of ');
  return issue.message
    .replace(/^Invalid input: expected /, 'a value of the type ')
    .replace(/^Invalid input$/, 'something else')
    .replace(/^Invalid /, 'a valid ')
    .replace(/, received .*$/, '');
}
