/** Formats a server-sent event. JSON has no line ends, which would end the data. @param id position after it */
export function message(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
