//! The cards of the gallery: one a case, in the order of display. Enters nothing; leaves words. Compiled
//! without any feature, because the page shows the cards and only the worker makes the rows.
//!
//! # Decisions
//! Ids, titles and stories name the situation a team finds itself in, never the cause: the gallery is also
//! for practice. `family` gives the cause away in part and is to be shown after the answer only.

/// The seed of the gallery's cases.
pub const GALLERY_SEED: u64 = 1;

/// What the gallery shows of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseCard {
    /// Stable id: lower case, words joined by hyphens.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Family of the true cause: `data`, `pipeline`, `model`, `feedback`, `world`, or `none` (no real
    /// drop). Not to be shown before the answer.
    pub family: &'static str,
    /// What the team knows, in two or three sentences.
    pub story: &'static str,
}

/// Every case, in order of display.
pub const CATALOGUE: &[CaseCard] = &[
    CaseCard {
        id: "overnight-release",
        title: "The overnight release",
        family: "pipeline",
        story: "A lender scores loan applications for default. Review officers say that, for some weeks, \
                the applications sent to them make no sense. The model itself was not touched.",
    },
    CaseCard {
        id: "autumn-campaign",
        title: "The autumn campaign",
        family: "data",
        story: "A streaming service predicts who will cancel. The model shone on validation; since the \
                autumn campaign its list of customers at risk has been wrong more often.",
    },
    CaseCard {
        id: "festival-weeks",
        title: "Festival weeks",
        family: "data",
        story: "A grocery chain forecasts units sold for each product line and store. For weeks the \
                forecast has been good; then shelves were empty in some aisles and full in others.",
    },
    CaseCard {
        id: "hub-launch",
        title: "The hub launch",
        family: "data",
        story: "A support desk routes tickets to five teams by model. Since the launch of the hub, agents \
                pass on more tickets by hand. Nothing in the routing service was changed.",
    },
    CaseCard {
        id: "bureau-contract",
        title: "The bureau contract",
        family: "pipeline",
        story: "A lender renewed its contract with the credit bureau in spring. Some weeks later the \
                default model began to rank applicants worse than on validation.",
    },
    CaseCard {
        id: "data-centre-move",
        title: "The data centre move",
        family: "pipeline",
        story: "Card payments are scored for fraud in real time. The service moved to another data centre \
                over a weekend; since then more fraud gets through.",
    },
    CaseCard {
        id: "app-redesign",
        title: "The app redesign",
        family: "pipeline",
        story: "The new app went out to every customer within a day. The cancellation model, which was \
                fine until then, misses many of the customers who leave.",
    },
    CaseCard {
        id: "crm-merge",
        title: "The CRM merge",
        family: "pipeline",
        story: "Two customer systems became one. The cancellation model still runs every night on the \
                merged data, but its list of customers at risk has lost its edge.",
    },
    CaseCard {
        id: "pilot-to-launch",
        title: "From pilot to launch",
        family: "model",
        story: "A default model was trained on the applications of a pilot and was brilliant on validation. \
                Live it is much weaker, from the first day. The training rows are at hand.",
    },
    CaseCard {
        id: "first-live-quarter",
        title: "The first live quarter",
        family: "model",
        story: "On validation the cancellation model was almost too good. In its first live quarter it is \
                ordinary, and has been from the first day.",
    },
    CaseCard {
        id: "review-queue",
        title: "The review queue",
        family: "model",
        story: "The fraud team asked for a shorter queue of payments to review, and got it. Reviewers are \
                content; finance reports that losses by fraud have gone up.",
    },
    CaseCard {
        id: "save-desk",
        title: "The save desk",
        family: "feedback",
        story: "Since launch, everyone the model flags gets a call and an offer from the save desk. The \
                calls seem to work, and yet the model's figures fall from week to week.",
    },
    CaseCard {
        id: "spring-rates",
        title: "Rates in spring",
        family: "world",
        story: "Interest rates went up in spring. The applicants look as they always did, the data checks \
                are green, and the default model is wrong more often.",
    },
    CaseCard {
        id: "hard-winter",
        title: "A hard winter",
        family: "model",
        story: "Since December a lender's loss forecast, which adds up the model's probabilities, is far \
                too low. The risk team still finds the order of applicants as good as ever.",
    },
    CaseCard {
        id: "early-figures",
        title: "The early figures",
        family: "pipeline",
        story: "The monthly review was brought forward. Its figures say that the cancellation model has \
                been losing ground for some weeks, more so in every newer week.",
    },
    CaseCard {
        id: "second-service",
        title: "The second service",
        family: "pipeline",
        story: "To cope with traffic, a second scoring service was put beside the first. The log looks \
                healthy in every column, and yet more fraud slips through.",
    },
    CaseCard {
        id: "busy-spring",
        title: "A busy spring",
        family: "pipeline",
        story: "In one week of spring the streaming service launched a student offer and shipped a new \
                tracking library. Since then the cancellation model has been off.",
    },
    CaseCard {
        id: "new-phones",
        title: "New phones everywhere",
        family: "none",
        story: "A drift alert went off: the devices people apply from have changed beyond recognition \
                since launch. Should the lender worry about its default model?",
    },
    CaseCard {
        id: "quiet-fortnight",
        title: "A quiet fortnight",
        family: "none",
        story: "Two weeks after launch the dashboard shows a lower figure for the cancellation model. \
                There are not many rows yet, and somebody wants to roll it back today.",
    },
    CaseCard {
        id: "latest-approvals",
        title: "The latest approvals",
        family: "data",
        story: "The loans of the last weeks are too young for any outcome to be known. The lender wants \
                to know now whether the default model still works for whom it lends to.",
    },
];
