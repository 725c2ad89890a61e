/** Whether debug logging is enabled; can be switched at any time. */
export interface DebugSwitch {
  on: boolean;
}
