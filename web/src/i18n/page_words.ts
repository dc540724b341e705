// What is said on the pages beside the conversations: quick replies, one's profile, notices.

export interface PageWords {
  quickPage: {
    title: string;
    lead: string;
    search: string;
    add: string;
    addTitle: string;
    editTitle: string;
    edit: (title: string) => string;
    remove: (title: string) => string;
    removed: (title: string) => string;
    name: string;
    nameHint: string;
    text: string;
    department: string;
    all: string;
    placeholders: string;
    contactName: string;
    operatorName: string;
    departmentName: string;
    preview: string;
    sampleContact: string;
    attachment: string;
    chooseFile: string;
    save: string;
    cancel: string;
    close: string;
    saved: string;
    emptyTitle: string;
    empty: string;
    gone: string;
    // The line was cut before the answer, and the change may be made or not.
    unanswered: string;
    count: (n: string, max: string) => string;
  };
  profile: {
    title: string;
    open: string;
    username: string;
    departments: string;
    password: string;
    passwordLead: string;
    current: string;
    wanted: string;
    repeat: string;
    change: string;
    changed: string;
    wrong: string;
    unanswered: string;
    different: string;
    tooShort: (n: number) => string;
    appearance: string;
  };
  notices: {
    title: string;
    sound: string;
    soundHint: string;
    desktop: string;
    desktopHint: string;
    denied: string;
    unsupported: string;
    ask: string;
    yes: string;
    no: string;
    newMessage: string;
  };
}
