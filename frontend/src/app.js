// 每一页都载入:组件、局部刷新、键盘。
import "@tabler/core/dist/js/tabler.esm.js";
import htmx from "htmx.org";
import { watchHotkeys } from "./hotkeys.js";
import { watchIdle } from "./idle.js";
import { watchKeys } from "./keys.js";
import { watchNotices } from "./notices.js";
import { watchDrafts } from "./drafts.js";
import { watchPage } from "./page.js";
import { watchPicks } from "./picks.js";
import { watchPlain } from "./plain.js";
import { watchRules } from "./rules.js";
import { watchSigning } from "./signing.js";
import { watchUploads } from "./uploads.js";

window.htmx = htmx;
watchNotices(document);
watchKeys(document);
watchHotkeys(document);
watchPage(document);
watchUploads(document);
watchIdle(document);
watchPicks(document);
watchPlain(document);
watchDrafts(document);
watchRules(document);
watchSigning(document);
