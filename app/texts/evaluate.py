"""Texts of the page for how good retrieval and answers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "evaluate_views": ("查看", "View"),
    "evaluate_view_figures": ("数值", "Figures"),
    "evaluate_view_compare": ("对比", "Compare"),
    "evaluate_view_judge": ("判定", "Judge"),
    "evaluate_view_cases": ("用例", "Cases"),
    # --- questions
    "evaluate_set": ("问题集", "Questions"),
    "evaluate_set_bundled": ("随附的问题", "Bundled"),
    "evaluate_set_own": ("自己的问题", "My own"),
    "evaluate_set_bundled_facts": (
        "针对示例公文的 {n} 个问题，每个都有人工判定。",
        "{n} questions about the sample notices, each judged by people.",
    ),
    "evaluate_set_own_facts": ("{n} 个问题，{judged} 条判定。", "{n} questions, {judged} judgements."),
    "evaluate_set_absent": (
        "其中 {n} 条判定的条文不在现有文件库里，按没有找到计算。",
        "{n} judged clauses are not in this archive and count as not found.",
    ),
    "evaluate_set_unfit": ("这些文件与现有文件库对不上：{reason}", "These files do not fit this archive: {reason}"),
    "evaluate_not_samples": (
        "随附的问题和用例只适用于示例公文，现有文件库不是由示例公文建立的。请选“自己的”一项。",
        "The bundled questions and cases are about the sample notices, which this archive does not hold. Choose your own.",
    ),
    "evaluate_own_files": ("问题和判定文件", "Files of questions and judgements"),
    "evaluate_own_files_help": (
        "问题：每行一个 JSON（query_id、text），或“编号〈制表符〉问题”。判定：TREC qrels，或本页导出的判定表。可以一次选几个文件。",
        "Questions: JSON lines (query_id, text) or id<TAB>question. Judgements: TREC qrels, or a sheet exported here. "
        "Several files at once are fine.",
    ),
    "evaluate_own_hint": (
        "还没有自己的问题：先在“判定”里粘贴问题、逐条判定并导出，再把导出的判定表放到这里。文件只留在本次会话里。",
        "No questions of your own yet: paste some under Judge, grade the clauses, export the sheet, and put it here. "
        "Files stay in this session alone.",
    ),
    "evaluate_file_refused": ("文件不能使用：{reason}", "This file cannot be used: {reason}"),
    # --- measuring
    "evaluate_measure": ("开始评测", "Measure"),
    "evaluate_not_measured": ("还没有评测过现有文件库", "This archive has not been measured yet"),
    "evaluate_not_measured_hint": (
        "评测会把全部问题各问几遍，要一分钟到几分钟。可以离开本页，完成后所有人都能看到结果。",
        "Every question is asked several times, which takes a minute or some. You may leave the page; "
        "everybody will see the result.",
    ),
    "evaluate_running": ("正在评测", "Measuring"),
    "evaluate_running_other": ("正在评测另一组问题", "Other questions are being measured"),
    "evaluate_running_hint": ("可以离开本页，评测会继续。", "You may leave this page; it goes on."),
    "evaluate_stage_encoder": ("载入模型", "loading the model"),
    "evaluate_stage_hybrid": ("综合检索", "hybrid search"),
    "evaluate_stage_lexical": ("按用词检索", "search by words"),
    "evaluate_stage_dense": ("按语义检索", "search by meaning"),
    "evaluate_stage_answers": ("回答问题", "answering"),
    "evaluate_stage_coverage": ("计算把握程度", "confidence"),
    "evaluate_failed": ("没有评测成：{reason}", "Measuring failed: {reason}"),
    # --- retrieval
    "evaluate_mode_hybrid": ("综合", "Hybrid"),
    "evaluate_mode_lexical": ("用词", "Words"),
    "evaluate_mode_dense": ("语义", "Meaning"),
    "evaluate_retrieval": ("检索", "Retrieval"),
    "evaluate_retrieval_note": ("{n} 个问题，用时 {seconds} 秒", "{n} questions, {seconds} s"),
    "evaluate_retrieval_caption": (
        "各次运行的平均值，下面是 95% 区间",
        "Means of each run, with 95 % intervals below",
    ),
    "evaluate_run": ("运行", "Run"),
    "evaluate_few_judged": (
        "前十条里有判定的不到 {least}：没有判定的条文按不相关计算，数值偏低。可以到“判定”里补判。",
        "Fewer than {least} of the first ten clauses are judged; the others count as not relevant, so figures are lower "
        "bounds. Judge more under Judge.",
    ),
    "evaluate_interval_alt": ("平均值和 95% 区间：{rows}", "Means with 95 % intervals: {rows}"),
    "evaluate_measures_mean": ("这些数值是什么意思", "What the figures mean"),
    "evaluate_measures_text": (
        "- **nDCG@10**：前十条的好坏，越相关、越靠前分越高；1 是最好。\n"
        "- **R@10、R@100**：相关条文有多少出现在前十条、前一百条。\n"
        "- **RR@10**：第一条相关条文排在第几，取倒数；排第一为 1，前十没有为 0。\n"
        "- **Judged@10**：前十条里有人判定过的比例；太低时别的数值不可靠。\n\n"
        "区间按问题重抽样得出：换一批同类问题，平均值大约会落在这里。",
        "- **nDCG@10**: how good the first ten are; the more relevant and the further up, the higher; 1 is best.\n"
        "- **R@10, R@100**: the share of relevant clauses among the first ten, the first hundred.\n"
        "- **RR@10**: one over the rank of the first relevant clause; 0 where the first ten have none.\n"
        "- **Judged@10**: the share of the first ten that somebody judged; where it is low, trust the others less.\n\n"
        "Intervals are bootstraps over questions: where the mean would about lie for other questions of this kind.",
    ),
    "evaluate_run_vary": ("换一组参数再测", "Measure with other numbers"),
    "evaluate_run_vary_hint": (
        "只改这里写的几项，问题不变；结果列入上表，可以在“对比”里与其他运行比较。",
        "Only what is set here changes; the questions stay. The run joins the table and can be compared.",
    ),
    "evaluate_run_mode": ("检索方式", "Search by"),
    "evaluate_run_weight": ("语义所占的比重", "Weight of meaning"),
    "evaluate_run_weight_help": ("只对综合检索有用；平常是 0.5", "Counts in hybrid search alone; usually 0.5"),
    "evaluate_run_depth": ("每个问题取多少条", "Clauses a question"),
    "evaluate_run_filter_help": (
        "加了筛选，范围以外的相关条文就找不到，数值会下降",
        "With a filter, relevant clauses outside are not found, and figures fall",
    ),
    "evaluate_run_measure": ("测这一组", "Measure these"),
    "evaluate_run_usual": (
        "这一组参数就是平常的检索，已经在表里。",
        "These are the usual numbers, already in the table.",
    ),
    "evaluate_run_linked": ("测链接里的运行：{name}", "Measure the run of the link: {name}"),
    "evaluate_name_weight": ("语义比重 {weight}", "meaning {weight}"),
    "evaluate_name_depth": ("取 {n} 条", "first {n}"),
    "evaluate_downloads": ("下载运行和判定", "Download runs and judgements"),
    "evaluate_downloads_hint": ("TREC 格式，可供其他评测程序使用。", "In TREC format, for other scoring programs."),
    "evaluate_qrels": ("判定（qrels）", "Judgements (qrels)"),
    "evaluate_forms": ("按提问方式", "By how it is asked"),
    "evaluate_forms_note": ("短问：不超过 {n} 个字", "short: at most {n} characters"),
    "evaluate_forms_caption": ("nDCG@10 和 95% 区间", "nDCG@10 with 95 % intervals"),
    "evaluate_form": ("提问方式", "Asked as"),
    "evaluate_form_staff": ("整句提问", "A whole question"),
    "evaluate_form_short": ("短问", "A few words"),
    "evaluate_form_draft": ("草稿语句", "A drafted sentence"),
    "evaluate_questions": ("问题", "Questions"),
    # --- answers
    "evaluate_answers": ("回答", "Answers"),
    "evaluate_answers_caption": ("回答得怎样，以及按多少个计算", "How well questions are answered, and of how many"),
    "evaluate_what": ("项目", "What"),
    "evaluate_value": ("数值", "Value"),
    "evaluate_of": ("个数", "Of"),
    "evaluate_units_score": ("责任单位答对的程度（F1）", "Units named rightly (F1)"),
    "evaluate_silent": ("该沉默时沉默", "Silent where it should be"),
    "evaluate_false_silence": ("不该沉默却沉默（越低越好）", "Silent where it should not be (lower is better)"),
    "evaluate_reasons": ("沉默的理由正确", "Silent for the right reason"),
    "evaluate_located": ("引文与原文逐字相符", "Quotations that stand where they say"),
    "evaluate_verbatim": ("引文包含判定的原话", "Quotations that hold the judged words"),
    "evaluate_coverage": ("把握与差错", "Confidence and error"),
    "evaluate_coverage_note": ("{n} 个问题", "{n} questions"),
    "evaluate_coverage_x": ("回答的比例", "share of questions answered"),
    "evaluate_coverage_y": ("其中答错的比例", "error among them"),
    "evaluate_coverage_system": ("现在的系统", "the system"),
    "evaluate_coverage_alt": (
        "只回答最有把握的问题时的差错：全部回答答错 {chance}，曲线下面积 {area}；系统回答 {coverage}，其中答错 {error}。",
        "Error when only the surest are answered: answering all errs at {chance}, area under the curve {area}; "
        "the system answers {coverage} with an error of {error}.",
    ),
    "evaluate_coverage_text": (
        "把问题按把握从大到小排列，只回答前面一部分时会错多少。曲线下面积 {area}（最好 {best}，随意排列 {chance}）；"
        "系统回答了 {coverage} 的问题，其中 {error} 的首条条文不相关。",
        "Questions by confidence, the surest first: how many go wrong when only so many are answered. Area {area} "
        "(best order {best}, by chance {chance}); the system answers {coverage}, of which {error} have a first clause "
        "that is not relevant.",
    ),
    # --- misses
    "evaluate_misses": ("没有排进前十的相关条文", "Relevant clauses beyond the first ten"),
    "evaluate_misses_note": ("{n} 条；没有排到应有位置的共 {all} 条", "{n}; {all} are behind their place"),
    "evaluate_misses_none": ("相关条文都排进了前十。", "Every relevant clause is among the first ten."),
    "evaluate_misses_more": ("再显示一些（还有 {n} 条）", "Show more ({n} left)"),
    "evaluate_lost_by": ("丢在哪里", "Lost by"),
    "evaluate_loss_all": ("全部 {n}", "All {n}"),
    "evaluate_loss_filter": ("筛选", "Filter"),
    "evaluate_loss_lexical": ("用词", "Words"),
    "evaluate_loss_dense": ("语义", "Meaning"),
    "evaluate_loss_both": ("两路", "Both legs"),
    "evaluate_loss_fusion": ("合并", "Fusion"),
    "evaluate_loss_none": ("不成条文", "No clause"),
    "evaluate_loss_why_filter": (
        "从问题里读出的范围把这份文件排除了",
        "what was read in the question leaves its notice out",
    ),
    "evaluate_loss_why_lexical": ("按语义能找到，按用词排得太后", "by meaning it would be there"),
    "evaluate_loss_why_dense": ("按用词能找到，按语义排得太后", "by words it would be there"),
    "evaluate_loss_why_both": ("按用词、按语义都排得太后", "neither leg has it so far up"),
    "evaluate_loss_why_fusion": ("两路各自都能找到，合并后落后了", "each leg alone has it so far up"),
    "evaluate_loss_why_none": ("判定所引的话不在任何一条条文里", "the judged quote stands in no clause"),
    "evaluate_expected": ("应排前 {n}（判定 {grade}）", "expected within {n} (grade {grade})"),
    "evaluate_rank_found": ("实际第 {n}", "found at {n}"),
    "evaluate_rank_lexical": ("用词第 {n}", "words {n}"),
    "evaluate_rank_dense": ("语义第 {n}", "meaning {n}"),
    "evaluate_rank_none": ("—", "–"),
    "evaluate_ask_this": ("去问答页问这一句", "Ask this"),
    # --- comparing
    "evaluate_runs_from": ("比较哪些运行", "Runs"),
    "evaluate_runs_measured": ("在这里测的", "Measured here"),
    "evaluate_runs_files": ("运行文件", "Run files"),
    "evaluate_baseline": ("基准", "Baseline"),
    "evaluate_other": ("与之比较", "Compared with it"),
    "evaluate_same_run": ("请选两个不同的运行。", "Choose two different runs."),
    "evaluate_nothing_to_compare": ("还没有可以比较的运行", "There is nothing to compare yet"),
    "evaluate_nothing_to_compare_hint": (
        "先在“数值”里评测一次，就有综合、用词、语义三个运行；换一组参数还可以再测。",
        "Measure once under Figures: that gives three runs, and other numbers give more.",
    ),
    "evaluate_to_figures": ("去评测", "To the figures"),
    "evaluate_run_files": ("运行文件（两个以上）", "Run files (two or more)"),
    "evaluate_run_files_help": ("TREC 格式：qid Q0 docno rank score tag", "TREC format: qid Q0 docno rank score tag"),
    "evaluate_qrels_file": ("判定文件", "Judgements"),
    "evaluate_qrels_file_help": ("TREC qrels，或本页导出的判定表", "TREC qrels, or a sheet exported here"),
    "evaluate_compare_files_hint": (
        "放入两个以上运行文件和它们的判定文件。文件只留在本次会话里。",
        "Give two or more run files and their judgements. Files stay in this session alone.",
    ),
    "evaluate_by_measure": ("总体差别", "Differences"),
    "evaluate_by_measure_note": ("{n} 个问题", "{n} questions"),
    "evaluate_by_measure_caption": (
        "平均值之差及 95% 区间；p 来自配对随机化检验",
        "Differences of means with 95 % intervals; p of the paired randomisation test",
    ),
    "evaluate_measure_name": ("指标", "Measure"),
    "evaluate_difference": ("差", "Difference"),
    "evaluate_better_worse": ("变好 / 变差", "Better / worse"),
    "evaluate_absent_queries": (
        "“{run}”里没有其中 {n} 个问题，按 0 计算。",
        "{n} of them are not in {run} and score 0 there.",
    ),
    "evaluate_surely": (
        "nDCG@10 相差 {d}，不像是偶然（p = {p}）。",
        "nDCG@10 differs by {d}, hardly by chance (p = {p}).",
    ),
    "evaluate_not_surely": (
        "nDCG@10 相差 {d}，可能只是偶然（p = {p}）。",
        "nDCG@10 differs by {d}, which may be chance (p = {p}).",
    ),
    "evaluate_by_question": ("逐个问题", "By question"),
    "evaluate_question_counts": (
        "变好 {better} 个，变差 {worse} 个，相同 {same} 个。",
        "{better} better, {worse} worse, {same} the same.",
    ),
    "evaluate_difference_alt": (
        "每个问题的差，从变差到变好：变差 {worse} 个，变好 {better} 个，另有 {same} 个相同。",
        "Difference of every question from losses to gains: {worse} worse, {better} better, {same} the same.",
    ),
    "evaluate_export": ("{form}", "{form}"),
    "evaluate_one_question": ("看一个问题", "One question"),
    "evaluate_question": ("问题（先列变差最多的）", "Question (greatest losses first)"),
    "evaluate_previous": ("上一个", "Previous"),
    "evaluate_next": ("下一个", "Next"),
    "evaluate_ranking_empty": ("没有结果", "No result"),
    "evaluate_not_here": ("不在现有文件库里", "not in this archive"),
    "evaluate_unjudged": ("未判定", "not judged"),
    "evaluate_graded": ("判定 {grade}", "grade {grade}"),
    "evaluate_other_rank": ("另一运行第 {n}", "{n} in the other run"),
    "evaluate_other_none": ("另一运行没有", "not in the other run"),
    "evaluate_found_by_neither": (
        "另有 {n} 条相关条文两个运行都没有找到。",
        "{n} more relevant clauses are in neither run.",
    ),
    # --- judging: pools
    "evaluate_pools": ("待判的条文", "Pools"),
    "evaluate_pool_facts": (
        "{questions} 个问题，{hits} 条条文，每路取前 {depth} 条，{date}",
        "{questions} questions, {hits} clauses, first {depth} of each leg, {date}",
    ),
    "evaluate_nobody_judged": ("还没有人判定", "Nobody has judged yet"),
    "evaluate_open_pool": ("打开", "Open"),
    "evaluate_all_pools": ("全部", "All pools"),
    "evaluate_no_such_pool": (
        "链接里的这一批条文不在这里，请另选。",
        "The pool of this link is not here; choose another.",
    ),
    "evaluate_new_pool": ("新的一批", "A new pool"),
    "evaluate_new_pool_note": (
        "三种检索各取前几条，合在一起，打乱次序",
        "the first of three ways to search, together, in no order",
    ),
    "evaluate_questions_from": ("问题来自", "Questions from"),
    "evaluate_questions_pasted": ("粘贴", "Pasted"),
    "evaluate_questions_bundled": ("随附的问题", "Bundled"),
    "evaluate_questions_file": ("文件", "A file"),
    "evaluate_paste": ("问题", "Questions"),
    "evaluate_paste_hint": ("每行一个问题", "One question a line"),
    "evaluate_how_many": ("最多取几个问题", "Questions at most"),
    "evaluate_how_many_help": ("从中抽取，每次抽到的相同", "Drawn from them, the same ones each time"),
    "evaluate_depth": ("每路取前几条", "First clauses of each leg"),
    "evaluate_depth_help": ("取得越多，判定越全，也越费时间", "More is more complete, and more work"),
    "evaluate_pool_name": ("名称（可不填）", "Name (optional)"),
    "evaluate_judge_again": ("已有判定的也再判一次", "Judge again what is judged already"),
    "evaluate_judge_again_help": (
        "平常只列出还没有判定的条文",
        "Usually only clauses that nobody has judged are listed",
    ),
    "evaluate_make_pool": ("列出待判的条文", "Make the pool"),
    "evaluate_no_questions": (
        "还没有问题，请先写下或选一个文件。",
        "There are no questions yet; write some or choose a file.",
    ),
    "evaluate_pooling": ("正在检索…", "Searching…"),
    "evaluate_pool_failed": ("没有列成：{reason}", "No pool was made: {reason}"),
    # --- judging: hits
    "evaluate_step": ("步骤", "Step"),
    "evaluate_step_judge": ("逐条判定", "Judge"),
    "evaluate_step_agree": ("一致性和导出", "Agreement and export"),
    "evaluate_damaged_lines": (
        "判定记录里有 {n} 行损坏，没有计入；其余不受影响。",
        "{n} lines of the record are damaged and do not count; the others stand.",
    ),
    "evaluate_who": ("谁在判定？", "Who is judging?"),
    "evaluate_who_hint": (
        "判定按姓名保存，每一条立即存盘；别人的判定不会显示给您。",
        "Judgements are kept under your name, each at once; you do not see those of others.",
    ),
    "evaluate_go_on_as": ("接着判：", "Go on as:"),
    "evaluate_name": ("姓名", "Name"),
    "evaluate_begin": ("开始", "Begin"),
    "evaluate_name_needed": ("请写一个名字，判定要按它保存。", "Give a name; judgements are kept under it."),
    "evaluate_judging_as": ("判定者：{name}", "Judging as {name}"),
    "evaluate_another_judge": ("换人", "Someone else"),
    "evaluate_judged_of": ("已判 {done} / {total}", "{done} of {total} judged"),
    "evaluate_hit_number": ("第 {n} 条，共 {total} 条", "{n} of {total}"),
    "evaluate_grade_0": ("不相关", "not relevant"),
    "evaluate_grade_1": ("部分回答", "in part"),
    "evaluate_grade_2": ("回答了", "answers"),
    "evaluate_own_grade": ("您判的是 {grade}，可以改", "you gave {grade}, and may change it"),
    "evaluate_back": ("上一条", "Back"),
    "evaluate_skip": ("先跳过", "Skip"),
    "evaluate_clause_gone": ("这一条已不在现有文件库里。", "This clause is no longer in the archive."),
    "evaluate_all_judged": ("这一批都判完了", "All of this pool is judged"),
    "evaluate_all_judged_hint": (
        "可以到“一致性和导出”查看与别人是否一致，并导出判定。",
        "See Agreement and export for how far you agree with others, and for the files.",
    ),
    "evaluate_look_again": ("回头再看", "Look again"),
    "evaluate_not_kept": ("这一条没有存下来：{reason}", "This judgement was not kept: {reason}"),
    "evaluate_guideline": ("怎样判定", "How to judge"),
    "evaluate_guideline_text": (
        "- **2 回答了**：只看这一条，就能答出问题。\n"
        "- **1 部分回答**：答出一部分，或者没有更直接的条文时，它最接近。\n"
        "- **0 不相关**：用词相近，但答不出这个问题；地区、年份不对也算。\n\n"
        "按键盘 2、1、0 判定，B 回到上一条，S 先跳过。",
        "- **2 answers**: this clause alone answers the question.\n"
        "- **1 in part**: it answers a part, or nothing nearer exists.\n"
        "- **0 not relevant**: like words, but no answer; another place or year counts as this.\n\n"
        "Press 2, 1 or 0 to grade, B to go back, S to skip.",
    ),
    # --- agreement
    "evaluate_one_judge": ("还不能比较", "There is nothing to compare yet"),
    "evaluate_one_judge_hint": (
        "至少要有两个人各自判过同一批条文。把本页的网址发给同事即可。",
        "Two people have to judge the same pool. Send a colleague the address of this page.",
    ),
    "evaluate_first_judge": ("第一位", "First judge"),
    "evaluate_second_judge": ("第二位", "Second judge"),
    "evaluate_same_judge": ("请选两位不同的判定者。", "Choose two different judges."),
    "evaluate_nothing_in_common": (
        "这两位还没有判过同一条条文。",
        "These two have judged no clause in common yet.",
    ),
    "evaluate_agreement": ("一致性", "Agreement"),
    "evaluate_agreement_note": ("两人都判过的 {n} 条", "{n} clauses that both judged"),
    "evaluate_agreement_caption": (
        "κ 扣除了碰巧一致的部分：1 完全一致，0 等于碰巧",
        "κ leaves out agreement by chance: 1 is full, 0 is chance",
    ),
    "evaluate_pairs_caption": ("各种判定组合的条数", "How often each pair of grades was given"),
    "evaluate_same_grade": ("判定相同的比例", "Same grade"),
    "evaluate_kappa": ("κ", "κ"),
    "evaluate_kappa_linear": ("κ（按差距加权）", "κ, linear weights"),
    "evaluate_kappa_undefined": ("无法计算", "undefined"),
    "evaluate_disputes": ("判定不同的条文", "Clauses judged differently"),
    "evaluate_disputes_note": ("待定 {n} 条，共 {all} 条", "{n} undecided of {all}"),
    "evaluate_no_disputes": ("没有判定不同的条文。", "No clause was judged differently."),
    "evaluate_name_to_settle": ("先写下姓名，才能裁定。", "Give your name above to decide."),
    "evaluate_more_disputes": ("另有 {n} 条，裁定后依次显示。", "{n} more follow as these are decided."),
    "evaluate_export_title": ("导出判定", "Export"),
    "evaluate_whose": ("谁的判定", "Whose"),
    "evaluate_merged": ("合并", "All together"),
    "evaluate_undecided_left_out": (
        "{n} 条判定不同、还没有裁定，没有列入。",
        "{n} clauses that are judged differently and undecided are left out.",
    ),
    "evaluate_sheet": ("判定表（TSV）", "Sheet (TSV)"),
    "evaluate_n_judgements": ("{n} 条判定", "{n} judgements"),
    # --- cases
    "evaluate_cases_from": ("用例", "Cases"),
    "evaluate_cases_bundled": ("随附的用例", "Bundled"),
    "evaluate_cases_own": ("自己的用例", "My own"),
    "evaluate_cases_file": ("用例文件（TOML）", "File of cases (TOML)"),
    "evaluate_cases_hint": (
        "用例写明一个问题应有的结果；写法见 eval/behaviour/cases.toml 开头的说明。",
        "A case says what must hold of a question’s hits; eval/behaviour/cases.toml says at its head how.",
    ),
    "evaluate_cases_running": ("正在检查 {n} 个用例…", "Checking {n} cases…"),
    "evaluate_cases_title": ("应当做到的", "What must hold"),
    "evaluate_cases_note": ("{n} 个用例，{checks} 项检查", "{n} cases, {checks} checks"),
    "evaluate_cases_all_hold": (
        "除已知的不足外，全部做到。",
        "All of them hold, but for the known gaps.",
    ),
    "evaluate_case_query": ("问：{query}", "Asked: {query}"),
    "evaluate_gap": ("原因：{why}", "Why: {why}"),
    "evaluate_outcome": ("结果", "Outcome"),
    "evaluate_outcome_all": ("全部", "All"),
    "evaluate_outcome_holds": ("做到", "Holds"),
    "evaluate_outcome_fails": ("没有做到", "Fails"),
    "evaluate_outcome_gap": ("已知不足", "Known gap"),
    "evaluate_outcome_mended": ("已能做到", "Holds now"),
    "evaluate_deviation_few": ("只有 {n} 条结果，至少应有 {wanted} 条", "{n} hits, wanted at least {wanted}"),
    "evaluate_deviation_shared": (
        "与“{other}”的结果只有 {shared} 条相同（共 {n} 条），应有 {wanted} 条",
        "shares {shared} of {n} hits with “{other}”, wanted {wanted}",
    ),
    "evaluate_deviation_outcome": ("结果是 {said}，应为 {wanted}", "the outcome is {said}, wanted {wanted}"),
    "evaluate_deviation_hit": ("第 {rank} 条（{doc}）：{reasons}", "hit {rank} ({doc}): {reasons}"),
    "evaluate_deviation_more": ("另有 {n} 条也是这样", "{n} more hits likewise"),
    "evaluate_deviation_place": ("来自{said}，应为{wanted}", "from {said}, not {wanted}"),
    "evaluate_deviation_level": ("层级是 {said}，应为 {wanted}", "of the level {said}, not {wanted}"),
    "evaluate_deviation_years": ("年份是 {said}，应为 {wanted}", "of {said}, not {wanted}"),
    "evaluate_deviation_unit": ("单位是{said}，应为{wanted}", "names {said}, not {wanted}"),
    "evaluate_deviation_doc": ("出自 {said}，应为 {wanted}", "of {said}, not {wanted}"),
    "evaluate_deviation_nothing": ("（无）", "(none)"),
    "evaluate_deviation_no_clause": (
        "{doc} 没有含“{quote}”的条文，请改正用例",
        "no clause of {doc} holds “{quote}”; correct the case",
    ),
    "evaluate_deviation_absent": (
        "{doc}“{quote}”应排前 {within}，前 {n} 条里没有",
        "{doc} “{quote}”: expected within {within}, not among the first {n}",
    ),
    "evaluate_deviation_behind": (
        "{doc}“{quote}”应排前 {within}，实际第 {rank}（用词第 {lexical}，语义第 {dense}）",
        "{doc} “{quote}”: expected within {within}, found at {rank} (words {lexical}, meaning {dense})",
    ),
}
