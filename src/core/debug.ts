/** Whether the agent tells more about its work than it usually does; can be switched while it works. */
export interface DebugSwitch {
  on: boolean;
}
